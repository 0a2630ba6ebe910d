"""networkx: costs from sources to targets on directed graphs, one after the other. question.npz -> answer.npz"""

import sys

import networkx as nx
import numpy as np

asked = np.load(sys.argv[1])
found = []
for number in range(int(asked["n_graphs"])):
    arcs = zip(*(asked[f"{name}{number}"].tolist() for name in ("tail", "head", "cost")), strict=True)
    graph = nx.DiGraph()
    for tail, head, cost in arcs:
        if cost < graph.get_edge_data(tail, head, {"weight": cost + 1})["weight"]:
            graph.add_edge(tail, head, weight=cost)
    sources, targets = asked[f"sources{number}"].tolist(), asked[f"targets{number}"].tolist()
    table = np.full((len(sources), len(targets)), np.inf)
    for row, source in enumerate(sources):
        if source in graph:
            reached = nx.single_source_dijkstra_path_length(graph, source)
            table[row] = [reached.get(target, np.inf) for target in targets]
        else:
            table[row] = [0.0 if target == source else np.inf for target in targets]
    found.append(table)
np.savez(sys.argv[2], version=nx.__version__, **{f"cost{number}": table for number, table in enumerate(found)})
