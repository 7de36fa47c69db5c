# Asks for many ids and names in one process: prints every answer that breaks a rule, nothing if all is well.
use strict;
use warnings;

my ($database, @names_of_nobody) = @ARGV;
my ($by_id, $by_name) = $database eq 'passwd'
	? (sub { getpwuid $_[0] }, sub { getpwnam $_[0] })
	: (sub { getgrgid $_[0] }, sub { getgrnam $_[0] });

for my $id (0, 1, 2, 77, 100, 777, 999, 1000, 1500, 4242, 5555, 12345, 61184, 65533, 65536, 100000,
	    1000650000, 2147483647, 2147483648, 4294967293) {
	my @line = $by_id->($id) or print("$id has no name\n"), next;
	my @back = $by_name->($line[0]);
	print "$id is '@line', but by name '@back'\n" if "@line" ne "@back";
	print "$id was asked, and $line[2] answered\n" if $line[2] != $id;
	print "$id has a name of digits\n" if $line[0] =~ /^[0-9]+$/;
}
for my $id (65535, 4294967294, 4294967295) {
	print "the reserved id $id has a name\n" if $by_id->($id);
}
for my $name (@names_of_nobody) {
	my @line = $by_name->($name);
	print "the name '$name' must have no answer, but has '@line'\n" if @line;
}
