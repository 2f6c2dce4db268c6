"""What an operator does with a shop on AWS, from a checkout: deploy, look, estimate, destroy."""
