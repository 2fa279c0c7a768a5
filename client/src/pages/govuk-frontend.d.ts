// govuk-frontend ships no types; this is the part we use.
declare module "govuk-frontend" {
  interface Component {
    new (root: Element): object;
  }
  export function createAll(component: Component): void;
  export const Button: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const NotificationBanner: Component;
  export const Radios: Component;
  export const SkipLink: Component;
}
