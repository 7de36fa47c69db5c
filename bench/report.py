#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the table of what bench/inside.py measured, and writes it for bench/picture.gp.

usage: report.py DIR     DIR: with times.*.json; gets times.json, table.txt and table.tsv
"""
import glob
import json
import os
import statistics
import sys

import cases

NEVER = float("inf")    # it was ended before it was ready


def figures(times, section, row):
    """A dict of column -> figure for each round."""
    columns = {}
    for column in row.columns:
        rounds = times.get(key(section, row, column))
        if rounds is None:
            return []
        columns[column] = [NEVER if found is None else found[row.field] for found in rounds]
    # Of what is slow, and in a container of its own, there are fewer rounds.
    count = max(map(len, columns.values()))
    return [{name: values[number % len(values)] for name, values in columns.items()} for number in range(count)]


def key(section, row, column):
    return "/".join((section.name, row.label, column))


def median_of(value, rounds):
    """What a busy machine adds is in all columns of a round: so there are ratios first, and then the median."""
    return statistics.median(value(found) for found in rounds)


def quantity(value, field):
    if field in ("faults", "private"):
        return "%.0f" % value
    unit, size = next((unit, size) for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 0)) if value >= size)
    return "%.3g %s" % (value / (size or 1), unit)


def number(value):
    return "over" if value == NEVER else "%.0f" % value if value >= 100 else "%.2f" % value


def head(row):
    bases = set(row.base.values())
    return "%-46s%11s%s  wanted" % ("", bases.pop() if len(bases) == 1 else "files", "".join("%12s" % name for name in row.base))


def answered(times, section, row, column):
    return any(found and found.get("answers") for found in times[key(section, row, column)])


def line(section, row, rounds, times, table):
    cells, wanted = "", []
    for column, base in row.base.items():
        shown = median_of(lambda found: found[column] / found[base], rounds) - section.added
        cells += "%11s%s" % (number(shown), "*" if answered(times, section, row, column) else " ")
        print(section.name, row.label, column, shown, sep="\t", file=table)
    for what, value, limit in row.wanted:
        got = median_of(value, rounds)
        wanted.append("%s %s %s %.2g" % (what, number(got), "<=" if got <= limit else "NOT <=", limit))
        print("wanted", row.label, what, got / limit, sep="\t", file=table)
    base = median_of(lambda found: found[next(iter(row.base.values()))], rounds)
    return "%-46s%11s%s  %s" % (row.label, quantity(base, row.field), cells, "; ".join(wanted))


def lines(times, table):
    """The table, line by line."""
    for section in cases.SECTIONS:
        shown = None
        for row in section.rows:
            rounds = figures(times, section, row)
            if not rounds:
                continue
            if shown is None:
                yield "\n" + section.title + "\n"
            if head(row) != shown:
                shown = head(row)
                yield shown
            yield line(section, row, rounds, times, table)


def main():
    directory, times = sys.argv[1], {}
    for path in glob.glob(directory + "/times.*.json"):
        with open(path) as file:
            times.update(json.load(file))
    with open(directory + "/table.tsv", "w") as table:
        text = "\n".join(lines(times, table))
    text += "\n\n* has an answer; over: %d s. %d of %d that is wanted is not met.\n" % (
        10, text.count(" NOT <= "), text.count(" <= "))
    with open(directory + "/table.txt", "w") as out:
        out.write(text)
    sys.stdout.write(text)


main()
