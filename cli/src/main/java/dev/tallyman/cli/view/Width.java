package dev.tallyman.cli.view;

/** How many columns a table has. */
public enum Width {
  NORMAL,
  WIDE
}
