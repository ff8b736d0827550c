"""What an analyst may decide: the models of the parameter files, their reading and their refusal."""
