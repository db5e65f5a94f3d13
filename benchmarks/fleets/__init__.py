"""What `benchmarks.fleet` measures: a load, growth of the queue, memory of what waits."""
