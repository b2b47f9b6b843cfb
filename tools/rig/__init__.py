"""A telephone system to test against: Asterisk, a carrier and a message broker on the loopback interface."""
