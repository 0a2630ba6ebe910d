"""What a municipality can do: types of measures with costs, sites, their effect on people, what to fund."""
