"""What came of earlier days, turned into the calibration of the next: reads no store, no clock, no setting."""
