"""Speed as ratios against a bound or a peer measured in the same run, never as wall time."""
