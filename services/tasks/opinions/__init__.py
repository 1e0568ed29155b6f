"""What people think of a pledge, a post duty, a model post or a volunteer service, without who said what."""
