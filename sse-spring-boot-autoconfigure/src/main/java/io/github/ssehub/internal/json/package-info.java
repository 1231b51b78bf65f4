/**
 * Internal. The JSON that is the starter's own. The application's mapper writes the data
 * of the application's events and nothing else.
 */
@NullMarked
package io.github.ssehub.internal.json;

import org.jspecify.annotations.NullMarked;
