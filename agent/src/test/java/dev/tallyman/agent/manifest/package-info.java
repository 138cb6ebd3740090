@NullMarked
package dev.tallyman.agent.manifest;

import org.jspecify.annotations.NullMarked;
