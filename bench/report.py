#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the table of what bench/inside.py measured, and writes it for bench/picture.gp.

usage: report.py DIR     DIR: has times.*.json, gets table.txt and table.tsv
"""
import glob
import json
import statistics
import sys

import cases

NEVER = float("inf")    # it was ended before it was ready
FAR = 99999             # where that is in the picture


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
    return [{name: values[number % len(values)] for name, values in columns.items()}
            for number in range(count)]


def key(section, row, column):
    return "/".join((section.name, row.label, column))


def median_of(value, rounds):
    """Ratios first, then their median: what a busy machine adds is in all columns of a round."""
    return statistics.median(value(found) for found in rounds)


def quantity(value, field):
    if field in ("faults", "memory"):
        return "%.0f" % value
    for unit, size in ("s", 1e9), ("ms", 1e6), ("us", 1e3):
        if value >= size:
            return "%.3g %s" % (value / size, unit)
    return "%.0f ns" % value


def number(value):
    return "over" if value == NEVER else "%.0f" % value if value >= 100 else "%.2f" % value


def head(row):
    bases = set(row.base.values())
    names = "".join("%12s" % name for name in row.base)
    return "%-46s%11s%s  wanted" % ("", bases.pop() if len(bases) == 1 else "files", names)


def answered(times, section, row, column):
    return any(found and found.get("answers") for found in times[key(section, row, column)])


class Table:
    """The lines of the table, what gnuplot draws of them, and what is wanted and met."""

    def __init__(self, times):
        self.times, self.lines, self.points, self.met = times, [], [], []

    def section(self, section):
        shown = None
        for row in section.rows:
            rounds = figures(self.times, section, row)
            if not rounds:
                continue
            if shown is None:
                self.lines += ["", section.title, ""]
            if head(row) != shown:
                shown = head(row)
                self.lines.append(shown)
            self.row(section, row, rounds)

    def row(self, section, row, rounds):
        cells, wanted = "", []
        for column, base in row.base.items():
            value = median_of(lambda found: found[column] / found[base], rounds) - section.added
            star = "*" if answered(self.times, section, row, column) else " "
            cells += "%11s%s" % (number(value), star)
            self.points.append((section.name, row.label, column, value))
        for what, value, limit in row.wanted:
            # What is printed is what is judged.
            got = round(median_of(value, rounds), 2)
            self.met.append(got <= limit)
            relation = "<=" if got <= limit else "NOT <="
            wanted.append("%s %s %s %.2g" % (what, number(got), relation, limit))
            self.points.append(("wanted", "%s: %s" % (row.label, what), "", got / limit))
            if what == "added":
                self.points.append((section.name, row.label, "wanted", limit))
        base = median_of(lambda found: found[next(iter(row.base.values()))], rounds)
        self.lines.append("%-46s%11s%s  %s" % (row.label, quantity(base, row.field), cells,
                                               "; ".join(wanted)))

    def drawn(self):
        """For gnuplot: kind, number of the row among those of its kind, label, column, value."""
        numbers = {}
        for kind, label, column, value in self.points:
            rows = numbers.setdefault(kind, {})
            row = rows.setdefault(label, len(rows))
            yield "%s\t%d\t%s\t%s\t%.3f" % (kind, row, label, column, min(value, FAR))


def main():
    directory, times = sys.argv[1], {}
    for path in glob.glob(directory + "/times.*.json"):
        with open(path) as file:
            times.update(json.load(file))
    table = Table(times)
    for section in cases.SECTIONS:
        table.section(section)
    table.lines += ["", "* has an answer; over: too slow to be waited for.",
                    "%d of %d that are wanted are met." % (sum(table.met), len(table.met))]
    for name, lines in ("table.txt", table.lines), ("table.tsv", table.drawn()):
        with open("%s/%s" % (directory, name), "w") as out:
            out.writelines(line + "\n" for line in lines)
    print("\n".join(table.lines))


main()
