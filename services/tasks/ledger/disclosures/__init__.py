"""What the public reads of a closed month of a village: lines, never a household."""
