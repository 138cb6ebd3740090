@NullMarked
package dev.tallyman.cli.doctor;

import org.jspecify.annotations.NullMarked;
