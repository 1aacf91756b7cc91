"""What a run left: its tables, quantities, intervals, words, transcripts."""
