/* select.c - the selection language.
 * SPDX-License-Identifier: MIT */
#include "device/select.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "device/system.h"

/* One term, cut out of the selection. */
struct term {
    char text[128];
    bool exclude;
};

static bool contains(const char *text, const char *part)
{
    const size_t n = strlen(part);

    for (; strlen(text) >= n; text++)
        if (strncasecmp(text, part, n) == 0) return true;
    return false;
}

static bool is_type(const char *text)
{
    for (int t = YOKE_DEVICE_CPU; t <= YOKE_DEVICE_CUSTOM; t++)
        if (strcasecmp(text, yoke_device_type_name((enum yoke_device_type)t)) == 0) return true;
    return false;
}

static bool is_id(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    const size_t more = text[digits] == ':' ? strspn(text + digits + 1, "0123456789") : 0;

    return digits > 0 && more > 0 && text[digits + 1 + more] == '\0';
}

static bool matches(const struct yoke_device_info *dev, const char *text)
{
    if (is_id(text)) return strcmp(dev->id, text) == 0;
    if (is_type(text)) return strcasecmp(text, yoke_device_type_name(dev->type)) == 0;
    return contains(dev->name, text) || contains(dev->vendor, text);
}

static void list_devices(const struct yoke_device_info *const *devices, size_t n, char *text,
                         size_t room)
{
    size_t used = (size_t)snprintf(text, room, n ? "there are" : "there are no devices");

    for (size_t i = 0; i < n && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s %s (%s, %.60s)", i ? "," : "",
                                 devices[i]->id, yoke_device_type_name(devices[i]->type),
                                 devices[i]->name);
}

/* Cut the next term off *rest; false at the end. */
static bool next_term(const char **rest, struct term *term)
{
    if (!*rest) return false;
    const size_t n = strcspn(*rest, ",");
    const char *begin = *rest, *end = *rest + n;

    *rest = *end ? end + 1 : NULL;
    while (begin < end && *begin == ' ')
        begin++;
    term->exclude = begin < end && *begin == '!';
    if (term->exclude) begin++;
    while (end > begin && end[-1] == ' ')
        end--;
    snprintf(term->text, sizeof term->text, "%.*s", (int)(end - begin), begin);
    return true;
}

static yoke_status status_of(const struct yoke_device_info *unusable)
{
    return strcmp(unusable->reason, YOKE_NO_HOST_MEMORY) == 0 ? YOKE_ERR_NO_MEMORY
                                                              : YOKE_ERR_UNSUPPORTED;
}

/* *unusable: the first device that a term wanted and could not have. */
static yoke_status apply(const struct yoke_device_info *const *devices, size_t n,
                         const struct term *term, bool *chosen,
                         const struct yoke_device_info **unusable)
{
    char there[700];
    bool found = false;

    for (size_t i = 0; i < n && term->text[0]; i++) {
        if (!matches(devices[i], term->text)) continue;
        found = true;
        if (!term->exclude && is_id(term->text) && !devices[i]->usable)
            return yoke_fail(status_of(devices[i]), "device %s (%s) is not usable: %s",
                             devices[i]->id, devices[i]->name, devices[i]->reason);
        if (!term->exclude && !devices[i]->usable && !*unusable) *unusable = devices[i];
        chosen[i] = !term->exclude && devices[i]->usable;
    }
    if (found) return YOKE_OK;
    list_devices(devices, n, there, sizeof there);
    return yoke_fail(YOKE_ERR_INVALID, "selection term \"%s\" matches no device; %s", term->text,
                     there);
}

static yoke_status explain_none(const struct yoke_device_info *const *devices, size_t n,
                                const char *selection, const struct yoke_device_info *unusable)
{
    if (n == 0)
        return yoke_fail(YOKE_ERR_UNSUPPORTED,
                         "no OpenCL device on this machine; install a driver, "
                         "such as pocl-opencl-icd, or see OCL_ICD_VENDORS");
    for (size_t i = 0; i < n && !unusable; i++)
        if (!devices[i]->usable) unusable = devices[i];
    if (unusable)
        return yoke_fail(status_of(unusable), "no usable device: %s (%s): %s", unusable->id,
                         unusable->name, unusable->reason);
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "no usable device is left by the selection \"%s\"",
                     selection);
}

yoke_status yoke_select(const struct yoke_device_info *const *devices, size_t n,
                        const char *selection, bool *chosen)
{
    yoke_status st = YOKE_OK;
    struct term term;
    const struct yoke_device_info *unusable = NULL;
    bool only_exclusions = true, any = false;
    const char *rest = selection && selection[0] ? selection : NULL;

    for (const char *look = rest; next_term(&look, &term);)
        if (!term.exclude) only_exclusions = false;
    for (size_t i = 0; i < n; i++)
        chosen[i] = only_exclusions && devices[i]->usable;
    /* Exclusions last, so that "!gpu,0:1" and "0:1,!gpu" are the same. */
    for (int pass = 0; pass < 2; pass++)
        for (const char *look = rest; next_term(&look, &term);)
            if (term.exclude == (pass == 1)) TRY(apply(devices, n, &term, chosen, &unusable));
    for (size_t i = 0; i < n; i++)
        any = any || chosen[i];
    if (any) return YOKE_OK;
    return explain_none(devices, n, selection, unusable);
out:
    return st;
}
