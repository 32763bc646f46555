"""What brings the service up elsewhere: Compose and the image."""
