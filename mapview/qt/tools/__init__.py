"""What presses on the map mean while a tool is on: an area, a route, a circle, a measure."""
