// Akulaku's page sends the customer back without a click.
document.getElementById("way-back").submit();
