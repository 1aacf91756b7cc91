"""From measures and dates to the rates that goods pay."""
