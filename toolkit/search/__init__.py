"""Better policies looked for, and always valued on other customers than those they were found on."""
