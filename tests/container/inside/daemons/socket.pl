# What the tests of sessions need of sockets; each that listens goes into the background when it is
# ready.
#
# socket.pl greet PATH GID    a socket of root:GID, mode 660, that greets whoever connects; prints
#                             its process
# socket.pl ask PATH...       what the sockets there say
# socket.pl log FILE          takes what programs send to /dev/log, and appends it to FILE, a line
#                             each
use strict;
use warnings;
use IO::Handle;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

sub background {
	my $pid = fork() // die "fork: $!";
	if ($pid) {
		print "$pid\n";
		exit 0;
	}
	open $_->[0], $_->[1], "/dev/null" for [*STDIN, "<"], [*STDOUT, ">"], [*STDERR, ">"];
}

sub greet {
	my ($path, $gid) = @_;
	my $socket = IO::Socket::UNIX->new(Local => $path, Listen => 16) or die "$path: $!\n";
	chown 0, $gid, $path or die "$path: $!\n";
	chmod 0660, $path or die "$path: $!\n";
	background();
	while (my $client = $socket->accept) {
		print $client "hello\n";
		close $client;
	}
}

sub ask {
	for my $path (@_) {
		my $socket = IO::Socket::UNIX->new(Peer => $path);
		print "$path: ", $socket ? readline($socket) // "nothing\n" : "$!\n";
	}
}

sub take_log {
	my ($file) = @_;
	my $socket = IO::Socket::UNIX->new(Local => "/dev/log", Type => SOCK_DGRAM) or die "/dev/log: $!\n";
	chmod 0666, "/dev/log" or die "/dev/log: $!\n";
	open my $out, ">>", $file or die "$file: $!\n";
	$out->autoflush(1);
	background();
	while (defined $socket->recv(my $line, 4096)) {
		print $out "$line\n";
	}
}

my %deeds = (greet => \&greet, ask => \&ask, log => \&take_log);
my $deed = shift;
$deeds{$deed}->(@ARGV);
