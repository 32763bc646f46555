"""From exposure to an ordered list of people, with stage, probability, deadline, grade and evidence. Pure."""
