// From the cart to the confirmation, as one file.
export { default as Cart } from "@/features/cart/CartPage";
export { default as Checkout } from "@/features/checkout/CheckoutPage";
export { default as Confirmation } from "@/features/checkout/ConfirmationPage";
