/** Who is who: tokens, the principals that they stand for, and what each may do. */
@NullMarked
package dev.tallyman.controlplane.auth;

import org.jspecify.annotations.NullMarked;
