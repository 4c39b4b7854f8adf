"""How long tests wait for what takes a moment: only a blow-up or a standstill fails. Benchmarks say how quick it is."""

AT_ONCE = 15.0  # seconds for milliseconds of work, on a machine that does much else
SOON = 4_000  # milliseconds for what a page is told; where it has to ask by itself it takes longer
