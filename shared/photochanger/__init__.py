"""What every PhotoChanger service imports."""
