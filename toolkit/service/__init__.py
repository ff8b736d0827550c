"""Cost to serve: measures, people and moves of each grade, priced for every customer to the cent."""
