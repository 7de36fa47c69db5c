# SPDX-License-Identifier: MIT
# Draws table.tsv of bench/report.py: gnuplot -e "directory='build/bench'" bench/picture.gp
file = directory . "/table.tsv"
set datafile separator "\t"
set terminal svg noenhanced size 1100,2600 font "sans,12" background "white"
set output directory . "/table.svg"

# The points of a kind that an expression of awk is true for, and how many rows they are in.
points(kind, which) = sprintf("< awk -F '\t' '$1 == \"%s\" && (%s)' %s", kind, which, file)
awk(program) = system(sprintf("awk -F '\t' '%s' %s", program, file))
rows(kind) = int(awk(sprintf("$1 == \"%s\" { n = $2 + 1 } END { print n + 0 }", kind)))
label(kind, row) = awk(sprintf("$1 == \"%s\" && $2 == %d { print $3; exit }", kind, row))
column_is(name) = sprintf("$4 == \"%s\"", name)
at_most(x, most) = x < most ? x : most
services = "nonroot 'with a file' systemd unknown extrausers"

set multiplot
set lmargin at screen 0.42
set rmargin at screen 0.97
set grid xtics ytics linetype 1 linecolor rgb "#dddddd"
set key bottom right opaque box linecolor rgb "#dddddd"
set style data points
set pointsize 0.6

# The first row is on top.
set title "Lookups: what a service adds to a miss of files (1: as much again)"
set tmargin at screen 0.980
set bmargin at screen 0.785
set xrange [-0.3:8]
set yrange [-rows("lookups"):1]
plot for [name in services] points("lookups", column_is(name)) \
	using (at_most($5, 8)):(-$2):ytic(3) pointtype 7 title name, \
	points("lookups", column_is("wanted")) using 5:(-$2) pointtype 2 linecolor black title "wanted"

set title "Whole processes: what a service adds to the time with files alone (1: as much again)"
set tmargin at screen 0.755
set bmargin at screen 0.695
set yrange [-rows("processes"):1]
plot for [name in services] points("processes", column_is(name)) \
	using (at_most($5, 8)):(-$2):ytic(3) pointtype 7 notitle

set title "All that is wanted: how much of its limit each is (left of 1: met)"
set tmargin at screen 0.670
set bmargin at screen 0.200
set logscale x
set xrange [0.01:100]
set yrange [-rows("wanted"):1]
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linewidth 2
plot points("wanted", "$5 <= 1") using ($5 > 0.011 ? $5 : 0.011):(-$2):ytic(3) \
	pointtype 7 linecolor rgb "#228833" title "met", \
	points("wanted", "$5 > 1") using (at_most($5, 100)):(-$2):ytic(3) \
	pointtype 7 linecolor rgb "#cc3311" title "not met"
unset arrow 1

set title "Growth: how many times as long as the smallest, or files (the line: as what grows)"
set tmargin at screen 0.175
set bmargin at screen 0.020
set key outside left
set xrange [1:70000]
set logscale y
set yrange [0.5:70000]
set ytics autofreq
plot for [row = 0:rows("growth") - 1] points("growth", sprintf("$2 == %d && $4 > 0", row)) \
	using 4:5 with linespoints pointtype 7 title label("growth", row), x linecolor black notitle
unset multiplot
