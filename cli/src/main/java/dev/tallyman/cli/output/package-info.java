/** What people and programs read: text, tables, tables that change, JSON and YAML. */
@NullMarked
package dev.tallyman.cli.output;

import org.jspecify.annotations.NullMarked;
