"""What changes in the assessment room; every act checks who acts, leaves a line in the journal, and is whole or not."""
