"""Values and rules of the product. No input or output, no framework; everything here is frozen and plain."""
