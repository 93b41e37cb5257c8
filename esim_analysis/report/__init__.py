"""What leaves the analysis: tables, verdict, one offline HTML file."""
