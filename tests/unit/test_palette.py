"""Colours that colour-blind readers and grey printers keep apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from nahraum.publish import palette
from nahraum.publish.layer_styles import edge_labels

# Machado, Oliveira & Fernandes (2009): full deuteranopia and protanopia, linear RGB
DEUTAN = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])
PROTAN = np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]])
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, eyes: np.ndarray | None = None) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear if eyes is None else eyes @ linear, 0, 1)
    ratio = TO_XYZ @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", [None, DEUTAN, PROTAN])
def test_the_three_classes_look_different_to_everybody(eyes):
    for one, other in combinations(palette.CLASS_COLOURS.values(), 2):
        assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > 12, (one, other)


@pytest.mark.parametrize("eyes", [None, DEUTAN, PROTAN])
def test_the_four_prerequisites_look_different_to_everybody(eyes):
    for one, other in combinations(palette.PREREQUISITE_COLOURS.values(), 2):
        assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > 12, (one, other)


def test_the_scale_darkens_in_steps_that_a_grey_printer_keeps():
    lightness = [lab(colour)[0] for colour in palette.SEQUENTIAL]
    steps = -np.diff(lightness)
    assert (steps > 9).all(), lightness


def test_the_dark_end_is_the_side_of_lack():
    assert palette.class_colours(5, better="lower") == palette.SEQUENTIAL
    assert palette.class_colours(5, better="higher") == palette.SEQUENTIAL[::-1]
    assert palette.class_colours(2) == (palette.SEQUENTIAL[0], palette.SEQUENTIAL[-1])


def test_shares_run_by_fifths_whatever_the_values_are():
    assert palette.class_edges([0.31, 0.33], share=True) == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def test_edges_are_round_numbers_that_hold_the_values():
    edges = palette.class_edges([12.0, 137.0, 333.0, 740.0, np.nan])
    assert edges == (0.0, 100.0, 200.0, 300.0, 400.0)
    assert palette.class_edges([7.0, 7.0]) == (7.0, 8.0)
    assert palette.class_edges([np.nan]) == (0.0, 1.0)


def test_a_single_giant_value_does_not_swallow_all_classes():
    edges = palette.class_edges([*range(100), 1_000_000])
    assert edges[-1] <= 100.0


def test_the_legend_writes_per_cent_and_the_decimal_comma():
    assert edge_labels((0.0, 0.2, 0.4), share=True, language="de") == ["0 – 20 %", "20 – 40 %"]
    assert edge_labels((0.0, 2.5, 5.0), share=False, language="de") == ["0,0 – 2,5", "2,5 – 5,0"]
    assert edge_labels((0.0, 2.5, 5.0), share=False, language="en", open_end=True) == ["0.0 – 2.5", "2.5 and more"]
