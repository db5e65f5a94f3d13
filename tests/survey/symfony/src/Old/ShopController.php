<?php

namespace App\Old;

use Sensio\Bundle\FrameworkExtraBundle\Configuration\Method;
use Symfony\Component\Routing\Annotation\Route;

/**
 * The shop, as it was.
 *
 * @Route("/shop", name="shop_")
 */
class ShopController
{
    /**
     * @param int $id what the page @Route is about
     *
     * @Route("/items/{id}", name="item", requirements={"id"="\d+"}, methods={"GET","PUT"})
     * @Route(
     *     path="/things/{id}",
     *     name="thing"
     * )
     */
    public function item($id)
    {
    }

    /**
     * @Route("/cart")
     * @Method({"POST", "DELETE"})
     */
    public function cart()
    {
    }
}
