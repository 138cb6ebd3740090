/** Workloads and nodes as rows of tables and as facts, whoever was asked about them. */
@NullMarked
package dev.tallyman.cli.view;

import org.jspecify.annotations.NullMarked;
