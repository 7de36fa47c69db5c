# What scdoc writes, without the empty paragraphs at headings and block ends that mandoc's lint names.
$0 == ".P" { held = 1; next }
$0 == ".RE" { print; next }
/^\.(TH|SH|SS) / { print; held = 0; heading = 1; next }
{ if (held && !heading) print ".P"; held = heading = 0; print }
