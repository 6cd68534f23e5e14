/** The software adapter of tests. */

/** File of the Vulkan driver beside Debian's Chromium. */
export const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
