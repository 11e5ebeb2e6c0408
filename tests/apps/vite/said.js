export const said = "before";
