# Takes the commands out of a README: blocks that are indented by four blanks and begin with "$ ".
# A line that ends with a backslash goes on in the next. Other lines are what the command prints.
# Writes DIR/N.command and DIR/N.printed, N = 1, 2, ...; awk -v dir=DIR -f transcript.awk README.md
BEGIN { blank = 1 }
!/^    / { inside = 0; blank = /^$/; next }
blank && /^    \$ / { inside = 1 }
{ blank = 0 }
!inside { next }
{ sub(/^    /, "") }
more { print > command; more = /\\$/; next }
/^\$ / {
	n++
	command = dir "/" n ".command"
	printed = dir "/" n ".printed"
	sub(/^\$ /, "")
	print > command
	printf "" > printed
	more = /\\$/
	next
}
{ print > printed }
