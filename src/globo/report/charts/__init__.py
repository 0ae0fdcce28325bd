"""Charts: pictures as inline SVG, drawn by matplotlib, and the colours they share."""
