package dev.tallyman.cli.daemon;

/** How much is logged; each level holds those before it. */
enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
