"""Extensions of the data model, and what is noted of tags and edges."""
