@org.jspecify.annotations.NullMarked
package dev.tallyman.compose.translate;
