"""What is modelled: tariff talks over an ensemble of worlds."""
