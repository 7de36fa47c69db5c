# Takes the commands out of a README: blocks that are indented by four blanks and begin with "$ ".
# A line that ends with a backslash goes on in the next. Other lines are what the command prints.
# A fenced block of the kind "dockerfile" is a command too: it goes to a directory of the reader's own, and makes
# the Dockerfile there.
# Writes DIR/N.command and DIR/N.printed, N = 1, 2, ...; awk -v dir=DIR -f transcript.awk README.md
function begin() {
	n++
	command = dir "/" n ".command"
	printed = dir "/" n ".printed"
	printf "" > printed
}

BEGIN { blank = 1 }
fenced && /^```$/ { print "END" > command; fenced = 0; next }
fenced { print > command; next }
/^```dockerfile$/ {
	begin()
	print "mkdir -p \"$ANSWERS/own\" && cd \"$ANSWERS/own\" && cat >Dockerfile <<\"END\"" > command
	fenced = 1
	inside = 0
	next
}
!/^    / { inside = 0; blank = /^$/; next }
blank && /^    \$ / { inside = 1 }
{ blank = 0 }
!inside { next }
{ sub(/^    /, "") }
more { print > command; more = /\\$/; next }
/^\$ / {
	begin()
	sub(/^\$ /, "")
	print > command
	more = /\\$/
	next
}
{ print > printed }
