@NullMarked
package dev.tallyman.controlplane.auth;

import org.jspecify.annotations.NullMarked;
